from wenmai.lib import clock, jobs
from wenmai.lib.refusal import Refused
from wenmai.people.recognition import asking, queries


@jobs.periodic("*/15 * * * *", name="people.ask_peers", alone=True)
def ask_peers(timestamp: int) -> None:
    """A peer that is silent costs the others nothing; why is written down beside it."""
    for peer_id in queries.peers_to_ask():
        peer = queries.peer(peer_id)
        try:
            if peer is not None:
                asking.fetch(peer, clock.now())
        except Refused:
            continue
