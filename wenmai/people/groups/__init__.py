"""团队和班级: troupes, classes, reading circles with one responsible person.

Owns: groups, who is in them, invitations, and who is asked to take one over. Promises: an open group has exactly one
responsible person, who is a member; somebody is in it once; members see each other's names and nothing else, a
telephone only where its owner shares it with the responsible person.
"""
