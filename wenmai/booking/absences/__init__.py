"""Who stayed away, what follows from it, and how somebody says that it was wrong: one place for venues and activities.

Owns: an institution's rule, absences, pauses, appeals.
Promises: a thing is counted once for a person; two pauses of a person at one institution never overlap; a pause is only
lengthened, ended or lifted; an appeal is made once and decided once, by somebody who neither marked the absence nor
takes part; what was decided stays.
"""
