"""Other people's systems that know readers: each behind one small module with limits and typed answers.

None of them keeps, logs or repeats what a reader typed to prove that a card is theirs.
"""
