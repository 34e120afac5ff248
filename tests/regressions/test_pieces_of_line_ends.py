"""Line ends among the words, as single characters are, were learned as pieces; their file could not be read again."""

import pytest

from textprep import Characters, Pipeline, TextPieces, WhiteSpace, WordPiece

TEXTS = ["a\r\nb", "\n", "ab \r ab"]


@pytest.mark.parametrize("stages", [(Characters(), WordPiece(size=20)), (WhiteSpace(), TextPieces(size=20))])
def test_a_pipeline_that_has_seen_line_ends_is_saved_and_loaded(stages, tmp_path):
    pipeline = Pipeline(*stages).fit(TEXTS)
    pipeline.save(tmp_path)
    again = Pipeline.load(tmp_path)
    assert again == pipeline
    assert again(TEXTS).to_lists() == pipeline(TEXTS).to_lists()
