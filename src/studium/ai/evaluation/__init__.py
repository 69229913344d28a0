"""How well an engine does on lessons whose authors wrote down the answers.

`run.evaluate` works through a folder of lessons, `report` prints the table, `audit` makes sheets
for people and reads them back. Nothing here touches a database or the network.
"""
