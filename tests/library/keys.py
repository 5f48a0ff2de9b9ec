"""Published keys of several subscales: item numbers of the printed form."""

RCADS_47 = {
    "separation-anxiety": (5, 9, 17, 18, 33, 45, 46),
    "generalised-anxiety": (1, 13, 22, 27, 35, 37),
    "panic": (3, 14, 24, 26, 28, 34, 36, 39, 41),
    "social-phobia": (4, 7, 8, 12, 20, 30, 32, 38, 43),
    "obsessive-compulsive": (10, 16, 23, 31, 42, 44),
    "depression": (2, 6, 11, 15, 19, 21, 25, 29, 40, 47),
}
SDQ = {
    "emotional": (3, 8, 13, 16, 24),
    "conduct": (5, 7, 12, 18, 22),
    "hyperactivity": (2, 10, 15, 21, 25),
    "peer": (6, 11, 14, 19, 23),
    "prosocial": (1, 4, 9, 17, 20),
}
DASS_42 = {
    "depression": (3, 5, 10, 13, 16, 17, 21, 24, 26, 31, 34, 37, 38, 42),
    "anxiety": (2, 4, 7, 9, 15, 19, 20, 23, 25, 28, 30, 36, 40, 41),
    "stress": (1, 6, 8, 11, 12, 14, 18, 22, 27, 29, 32, 33, 35, 39),
}
CORE_OM = {
    "wellbeing": (4, 14, 17, 31),
    "problems": (2, 5, 8, 11, 13, 15, 18, 20, 23, 27, 28, 30),
    "functioning": (1, 3, 7, 10, 12, 19, 21, 25, 26, 29, 32, 33),
    "risk": (6, 9, 16, 22, 24, 34),
}
PSC_17 = {
    "internalising": (2, 6, 9, 11, 15),
    "attention": (1, 3, 7, 13, 17),
    "externalising": (4, 5, 8, 10, 12, 14, 16),
}
OCI_R = {
    "hoarding": (1, 7, 13),
    "checking": (2, 8, 14),
    "ordering": (3, 9, 15),
    "neutralising": (4, 10, 16),
    "washing": (5, 11, 17),
    "obsessing": (6, 12, 18),
}
EDE_Q = {
    "restraint": (1, 2, 3, 4, 5),
    "eating-concern": (7, 9, 19, 20, 21),
    "shape-concern": (6, 8, 10, 11, 23, 26, 27, 28),
    "weight-concern": (8, 12, 22, 24, 25),
}
DASS_21 = {
    "depression": (3, 5, 10, 13, 16, 17, 21),
    "anxiety": (2, 4, 7, 9, 15, 19, 20),
    "stress": (1, 6, 8, 11, 12, 14, 18),
}
