"""复查: linked reader cards are asked about by themselves, without their owners and without a PIN.

Owns: which systems may be asked so and how quickly, how far they are, and what came of it each day. Promises: a system
is asked no more often than its library allows; one that does not answer is left alone for longer each time; answers
that would take many people's cards away at once wait for a person; what the library says of somebody else never gets
into anybody's account.
"""
