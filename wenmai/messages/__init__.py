"""Messages: what is sent to a given address: SMS today, later mail and notices in the node.

Owns: messages on their way, the words of the templates, the gateways behind their port.
Promises: address and values are sealed in the database and stand in no log, job or entry; the values go when the
message has ended (`messages_ended_is_wiped`); what was asked for is sent at least once or ends as failed or expired,
whatever is killed; never more than the node's ceilings allow, however many ask at once. Who may ask how often is the
caller's to count.
Tells: messages.sms_asked, messages.sms_failed, messages.expired.
"""
