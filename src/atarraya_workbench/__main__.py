"""`python -m atarraya_workbench` is the same as `atarraya-workbench`."""

import sys

from atarraya_workbench.entry import main

sys.exit(main())
