"""Where somebody lives, as finely as they like to say; a counter that has seen a paper about it may say so.

What only residents of a place may have asks here: people say it once, change it or take it back at any time.
"""
