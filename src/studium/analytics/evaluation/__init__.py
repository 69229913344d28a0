"""How good the engine is on a log of real answers, beside baselines that are computed here too.

Plain Python: no Django, no database. numpy is imported inside the functions that need it.
"""
