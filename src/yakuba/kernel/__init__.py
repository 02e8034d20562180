"""The words of the trade: pure values and functions that know no database, no clock and no web."""
