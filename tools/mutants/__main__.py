"""`python -m tools.mutants`."""

from tools.mutants.run import main

raise SystemExit(main())
