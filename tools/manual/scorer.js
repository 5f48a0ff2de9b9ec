/* How the search ranks what it found: as the generator does, but of the pages of instruments, some 150 that read
   much alike, the one whose id was asked for comes first and the others last. */
const asked = (new URLSearchParams(location.search).get("q") ?? "").toLowerCase().split(/\s+/);

var Scorer = {
  score: ([page, , , , score]) => {
    const [folder, id] = page.split("/");
    if (folder !== "instruments") return score;
    return asked.includes(id) ? score + 100 : score / 10;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
