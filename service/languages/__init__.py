"""The languages in which alerts, flags, drawings and cards are said: a file each."""
