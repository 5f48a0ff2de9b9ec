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
SCARED = {
    "panic": (1, 6, 9, 12, 15, 18, 19, 22, 24, 27, 30, 34, 38),
    "generalised-anxiety": (5, 7, 14, 21, 23, 28, 33, 35, 37),
    "separation-anxiety": (4, 8, 13, 16, 20, 25, 29, 31),
    "social-anxiety": (3, 10, 26, 32, 39, 40, 41),
    "school-avoidance": (2, 11, 17, 36),
}
DERS = {
    "nonacceptance": (11, 12, 21, 23, 25, 29),
    "goals": (13, 18, 20, 26, 33),
    "impulse": (3, 14, 19, 24, 27, 32),
    "awareness": (2, 6, 8, 10, 17, 34),
    "strategies": (15, 16, 22, 28, 30, 31, 35, 36),
    "clarity": (1, 4, 5, 7, 9),
}
CIA = {
    "personal": (2, 8, 9, 11, 14, 16),
    "social": (3, 7, 10, 12, 15),
    "cognitive": (1, 4, 5, 6, 13),
}
ITQ = {
    "re-experiencing": (1, 2),
    "avoidance": (3, 4),
    "sense-of-threat": (5, 6),
    "affective-dysregulation": (10, 11),
    "negative-self-concept": (12, 13),
    "disturbed-relationships": (14, 15),
}
HAM_A = {
    "psychic": (1, 2, 3, 4, 5, 6, 14),
    "somatic": (7, 8, 9, 10, 11, 12, 13),
}
Y_BOCS = {
    "obsessions": (1, 2, 3, 4, 5),
    "compulsions": (6, 7, 8, 9, 10),
}
LSAS = {
    "social-fear": (9, 13, 19, 21, 23, 29, 35, 37, 43, 45, 47),
    "performance-fear": (1, 3, 5, 7, 11, 15, 17, 25, 27, 31, 33, 39, 41),
    "social-avoidance": (10, 14, 20, 22, 24, 30, 36, 38, 44, 46, 48),
    "performance-avoidance": (2, 4, 6, 8, 12, 16, 18, 26, 28, 32, 34, 40, 42),
}
