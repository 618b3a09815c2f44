"""The chapters and what runs them: `python -m chapters --help`.

The notebooks in this folder are the course. The modules beside them find the notebooks and their
parameters (`notebooks`), execute them on a backend (`execution`) and make an executed notebook fit
to be stored (`storing`).
"""
