"""The states that an episode reaches on its way back, in words. `judging.episodes` follows them."""

from service.alliance.rules.rule import RepairRule

REPAIRS = (
    RepairRule(
        id="P01",
        name="repair.provisional",
        title="Back once",
        formula="the first score >= b - margin within repair_window scores, b frozen when "
        "the episode opened, margin as in R06; after a weak start the first score "
        "that is not low any more",
        minimum_data="1 score after the opening",
        severity="info",
        provenance="engineering",
        settings=("repair_window",),
        sources=("simulation",),
    ),
    RepairRule(
        id="P02",
        name="repair.confirmed",
        title="Back twice running",
        formula="two consecutive scores as in P01 within repair_window scores",
        minimum_data="2 scores after the opening",
        severity="info",
        provenance="engineering",
        settings=("repair_window",),
        sources=("simulation",),
    ),
    RepairRule(
        id="P03",
        name="repair.partial",
        title="Half way back at the end of the window",
        formula="x >= x[opening] + (b - x[opening]) / 2 at the end of the window, without P01",
        minimum_data="the window, or the end of the phase",
        severity="info",
        provenance="engineering",
        settings=("repair_window",),
    ),
    RepairRule(
        id="P04",
        name="rupture.unresolved",
        title="Still low at the end of the window",
        formula="window, phase or treatment ended without P01 or P03; one level more after a fall,"
        " none after a low level that merely lasts",
        minimum_data="the window, or the end of the phase",
        severity="info",
        provenance="engineering",
        settings=("repair_window",),
        sources=("simulation",),
    ),
    RepairRule(
        id="P05",
        name="rupture.relapse",
        title="Fell again soon after a confirmed repair",
        formula="a new watch or alert by a drop within relapse_window sessions of P02",
        minimum_data="1 score after a repair",
        severity="info",
        provenance="engineering",
        settings=("relapse_window",),
    ),
    RepairRule(
        id="P06",
        name="repair.reported",
        title="Resolution reported outright",
        formula="answer op threshold on the item that the definition names",
        minimum_data="1 form with answers",
        severity="info",
        provenance="engineering",
        sources=("muran-2009",),
    ),
    RepairRule(
        id="P07",
        name="return.late",
        title="Back after all",
        formula="two consecutive scores as in P01 after an end that was unresolved or partly back;"
        " later scores are then compared with those before the fall and these two",
        minimum_data="2 scores after the end",
        severity="info",
        provenance="engineering",
    ),
)
