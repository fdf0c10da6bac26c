"""From the lines of a print job to the fields that leave the till: never names, never cards."""
