"""What the alert rules rest on: each source by the name that the rules cite."""

SOURCES: dict[str, dict[str, str]] = {
    "jacobson-truax-1991": {
        "citation": "Jacobson & Truax 1991, Journal of Consulting and Clinical Psychology 59: 12",
        "doi": "10.1037/0022-006X.59.1.12",
    },
    "gumz-2012": {
        "citation": "Gumz, Brähler, Geyer & Erices 2012, BMC Medical Research Methodology 12: 10",
        "doi": "10.1186/1471-2288-12-10",
    },
    "eubanks-carter-2012": {
        "citation": "Eubanks-Carter, Gorman & Muran 2012, Psychotherapy Research",
        "doi": "10.1080/10503307.2012.693772",
    },
    "crits-christoph-2011": {
        "citation": "Crits-Christoph, Gibbons, Hamilton, Ring-Kurtz & Gallop 2011, Journal of "
        "Consulting and Clinical "
        "Psychology 79: 267-278 (abstract and discussion: dependability .77 of a single alliance "
        "score)",
        "doi": "10.1037/a0023668",
    },
    "fluckiger-2018": {
        "citation": "Flückiger, Del Re, Wampold & Horvath 2018, Psychotherapy (295 studies)",
        "doi": "10.1037/pst0000172",
    },
    "fluckiger-2020": {
        "citation": "Flückiger and others 2020, Journal of Consulting and Clinical Psychology "
        "(17 data sets, 5,350 "
        "patients)",
        "doi": "10.1037/ccp0000594",
    },
    "lev-ari-2025": {
        "citation": (
            "Lev Ari and others 2025, Journal of Psychotherapy Integration 35: 180-195 "
            "(40 studies: g = 0.41)"
        ),
        "doi": "10.1037/int0000355",
    },
    "tryon-2007": {
        "citation": (
            "Tryon, Blackwell & Hammel 2007, Psychotherapy Research 17 (53 studies: d = "
            "0.63, r = .36)"
        ),
    },
    "chen-2018": {
        "citation": (
            "Chen, Atzil-Slonim, Bar-Kalifa, Hasson-Ohayon & Refaeli 2018, Psychotherapy Research"
        ),
        "doi": "10.1080/10503307.2016.1227104",
    },
    "zilcha-mano-2019": {"citation": "Zilcha-Mano, Eubanks & Muran 2019, PMC6533161"},
    "tang-derubeis-1999": {
        "citation": "Tang & DeRubeis 1999, Journal of Consulting and Clinical Psychology 67: 894",
        "doi": "10.1037/0022-006X.67.6.894",
    },
    "muran-2009": {
        "citation": "Muran, Safran, Gorman, Samstag, Eubanks-Carter & Winston 2009",
        "doi": "10.1037/a0016085",
    },
    "meier-2022": {
        "citation": "Meier 2022, Frontiers in Psychology (ceiling effects)",
        "doi": "10.3389/fpsyg.2022.949326",
    },
    "simulation": {"citation": "Simulated for this service: docs/calibration.md"},
}
