"""The reverse of ordering from a list: a station says what it needs, suppliers offer it, the station chooses one.

What is chosen is an order like every other. A request goes only by its steps; while it is open, an offer is seen by
nobody but the supplier whose it is."""
