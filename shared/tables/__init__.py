"""Tables that shops have: exports of platforms, processors and programs, read as rows of an import
(specification: tables).
"""
