from wenmai.booking.models.places import LIVE, Claim, Movement, Pool, Seat, SeatTaken, Share, State, Wait

__all__ = ["LIVE", "Claim", "Movement", "Pool", "Seat", "SeatTaken", "Share", "State", "Wait"]
