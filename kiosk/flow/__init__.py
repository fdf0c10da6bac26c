"""What follows from what a shopper does, hears and leaves: events in, commands out.

It decides and does nothing. Ids, codes, sealing, masking and the clock come from outside as
functions; waiting comes as `IdlePassed`.
"""

from kiosk.flow.memory import Means
from kiosk.flow.table import TRANSITIONS, Flow, Transition

__all__ = ["TRANSITIONS", "Flow", "Means", "Transition"]
