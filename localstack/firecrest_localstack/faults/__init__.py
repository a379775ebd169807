"""Faults on demand, told at run time by `PUT /_firecrest/faults`."""
