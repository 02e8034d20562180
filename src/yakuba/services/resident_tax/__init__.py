"""個人住民税: a year of it, from the reports on people's income."""
