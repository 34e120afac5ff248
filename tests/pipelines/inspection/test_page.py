from matplotlib.figure import Figure

from pipelines.inspection.page import Page, Picture, Section, Table

NASTY = "<script>alert('x')</script>&\"'"
ESCAPED = "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&amp;&quot;&#x27;"


def test_texts_are_escaped_wherever_they_stand():
    figure = Figure()
    figure.subplots().set_title(NASTY, parse_math=False)
    section = Section(NASTY, NASTY, [Picture(figure, NASTY), Table([NASTY], [[NASTY]])])
    page = Page(NASTY, NASTY, [section]).html()
    assert "<script" not in page
    # title and heading of the page, its text, heading and words of the section, two of the picture, two of the table
    assert page.count(ESCAPED) == 9
    assert "&lt;script&gt;alert('x')&lt;/script&gt;&amp;\"'" in page  # in the figure


def test_a_page_loads_nothing_and_says_so():
    page = Page("title", "text", [Section("heading")]).html()
    assert page.startswith("<!DOCTYPE html>\n")
    assert "Content-Security-Policy\" content=\"default-src 'none';" in page
    assert "<h2>heading</h2>" in page
    assert "<p>" not in page
