import warnings
from xml.etree import ElementTree

import numpy as np

from seqmodels.inspect.attention_maps import Rollout
from seqmodels.inspect.drawing import draw_rollout
from seqmodels.inspect.svg import svg

TOKENS = ["<b>&amp;", "猫", "$x_1$"]


def drawn():
    return draw_rollout(Rollout(TOKENS, np.eye(3)))


def test_labels_are_text_in_one_element():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        text = svg(drawn(), 'a "map" <of> 3')
    root = ElementTree.fromstring(text)
    assert root.tag.endswith("}svg")
    assert root.attrib["aria-label"] == 'a "map" <of> 3'
    found = [element.text.strip() for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert [found.count(token) for token in TOKENS] == [2, 2, 2]
    assert not any(element.tag.endswith(("script", "metadata")) for element in root.iter())


def test_the_same_figure_gives_the_same_text():
    assert svg(drawn()) == svg(drawn())
