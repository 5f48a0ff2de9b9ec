"""How the generator (Sphinx, with MyST for Markdown) builds the manual."""

from pathlib import Path

project = "Questionnaire scoring"
extensions = ["myst_parser"]
root_doc = "index"
myst_heading_anchors = 4
myst_url_schemes = {"http": None, "https": None, "service": None}
html_theme_path = ["."]
html_theme = "theme"
html_title = project
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False
html_use_index = False
html_search_scorer = str(Path(__file__).parent / "scorer.js")
html_baseurl = ""
highlight_language = "text"
