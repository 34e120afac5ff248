"""Contractions written out: each part with its span, and what is open by the words around it."""

import itertools

import pytest
from hypothesis import given, strategies as st

from textprep import Contractions, Lower, Phrases, Pipeline, StopWords, Tokens, Treebank, WhiteSpace, WordPiece, Words


def written_out(text: str, stage: Contractions | None = None) -> str:
    return " ".join(Pipeline(WhiteSpace(), stage or Contractions())([text])[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't DON'T don’t donʼt", "Do not DO NOT do not do not"),
        ("I'm you're she'll they've we'd I'd've", "I am you are she will they have we would I would have"),
        ("won't can't shan't cannot Couldn't mustn't", "will not can not shall not can not Could not must not"),
        ("shouldn't've y'all Y'all're YOU'VE LET'S", "should not have you all You all are YOU HAVE LET US"),
        ("let's who're there'll ne'er", "let us who are there will never"),
        ("o'clock ma'am rock'n'roll d'Artagnan O'Neill '90s gon't OK'd dogs'",) * 2,
        ("I'M I'm i'm 'M", "I AM I am i am AM"),
        ("do n't Ca n't wo N'T ca nt", "do not Can not will NOT ca nt"),
        ("gonna dont 'cause",) * 2,
    ],
)
def test_what_stands_alone(text: str, expected: str) -> None:
    assert written_out(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gonna wanna gotta GIMME Dunno", "going to want to got to GIVE ME Do not know"),
        ("'Tis 'twas 'em 'cause shoulda", "It is it was them because should have"),
        ("dont cant wont Im youre", "do not cant wont I am you are"),
        ("gon na be got ta go", "going to be got to go"),
    ],
)
def test_informal_ones(text: str, expected: str) -> None:
    assert written_out(text, Contractions(informal=True)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it's fine and it's been fine", "it is fine and it has been fine"),
        ("He's never said it , he's married", "He has never said it , he is married"),
        ("it's helped me , it's helped", "it has helped me , it is helped"),
        ("John's car isn't new but John's not sad and John's been here",
         "John's car is not new but John is not sad and John has been here"),
        ("the world's biggest city's still growing", "the world's biggest city is still growing"),
        ("Let 's go , what 's up", "Let us go , what is up"),
        ("I'd go , I'd gone , he'd never seen it , you'd better ask , I'd rather need it",
         "I would go , I had gone , he had never seen it , you had better ask , I would rather need it"),
        ("how'd they do it and where'd it go", "how did they do it and where did it go"),
        ("I ain't sure , he ain't here , they ain't been there , Ai n't it AI",
         "I am not sure , he is not here , they have not been there , Is not it AI"),
        ("John 's car , it 's been", "John 's car , it has been"),
    ],
)  # fmt: skip
def test_what_the_words_around_decide(text: str, expected: str) -> None:
    assert written_out(text) == expected


def test_a_document_ends_the_context() -> None:
    tokens = Pipeline(WhiteSpace(), Contractions())(["it's", "been", "John", "'s not", ""])
    assert tokens.to_lists() == [["it", "is"], ["been"], ["John"], ["is", "not"], []]


def test_spans_of_parts_lie_in_the_source() -> None:
    text = "She DON’T, it's y'all’re"
    tokens = Pipeline(Lower(), Words(), Contractions())([text])
    assert tokens[0] == ["she", "do", "not", ",", "it", "is", "you", "all", "are"]
    assert [text[a:b] for a, b in tokens.spans(0)] == ["She", "DO", "N’T", ",", "it", "'s", "y'", "all", "’re"]


def test_an_apostrophe_that_is_a_token_goes_with_its_word() -> None:
    stages = Words(), Contractions(informal=True)
    tokens = Pipeline(*stages)(["tell 'em 'tis done 'cause the ' em dash em"])
    assert tokens[0] == "tell them it is done because the ' em dash em".split()


def test_the_layer_of_the_stage_is_gone_behind_it() -> None:
    prep = Pipeline(WhiteSpace(), Contractions(), StopWords(words={"not"}))
    tokens = prep(["don't"], threads=2)
    assert tokens.to_lists() == [["do"]]
    assert not tokens.layers


WORDS = """don't it's It’S john's john 's 'd been not n't ai ca AI he he'd i'd've let's cannot 'cause ' cause em tis
gonna gon na never the said . , İ't's""".split()


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=8), max_size=4), st.booleans())
def test_as_document_by_document(documents: list[list[str]], informal: bool) -> None:
    texts = [" ".join(words) for words in documents]
    prep = Pipeline(WhiteSpace(), Contractions(informal))
    together, alone = prep(texts, threads=2), [prep([text]) for text in texts]
    assert together.to_lists() == [tokens[0] for tokens in alone]
    assert [together.spans(k) for k in range(len(texts))] == [tokens.spans(0) for tokens in alone]


@given(st.text("abİ'’ʼsdnotSDNOT .", max_size=30), st.sampled_from([Words(), WhiteSpace()]), st.booleans())
def test_spans_in_chains(text: str, tokenizer: Words | WhiteSpace, informal: bool) -> None:
    plain = Pipeline(tokenizer)([text])
    tokens = Pipeline(tokenizer, Contractions(informal))([text])
    begins = dict(zip((a for a, _ in plain.spans(0)), zip(plain[0], plain.spans(0), strict=True), strict=True))
    dropped = {plain.spans(0)[k] for k, word in enumerate(plain[0]) if word in "'’ʼ"}
    for _, parts in itertools.groupby(
        zip(tokens[0], tokens.spans(0), strict=True), key=lambda token: max(a for a in begins if a <= token[1][0])
    ):
        words, spans = zip(*parts, strict=True)
        whole, span = begins[max(a for a in begins if a <= spans[0][0])]
        if words != (whole,):
            assert "".join(text[a:b] for a, b in spans) == whole  # the parts lie side by side and spell the word
        assert (spans[0][0], spans[-1][1]) == span
    covered = {begins[max(b for b in begins if b <= a)][1] for a, _ in tokens.spans(0)}
    assert covered | dropped >= set(plain.spans(0))


def test_behind_a_stage_that_has_changed_the_words() -> None:
    text = "DON'T new york's"
    tokens = Pipeline(Lower(), WhiteSpace(), Phrases(["new york's"]), Contractions())([text])
    assert tokens[0] == ["do", "not", "new_york's"]
    assert [text[a:b] for a, b in tokens.spans(0)] == ["DO", "N'T", "new york's"]


def test_behind_treebank_and_in_front_of_pieces() -> None:
    text = "He can't, won't he?"
    assert Pipeline(WhiteSpace(), Treebank(), Contractions())([text])[0] == "He can not , will not he ?".split()
    prep = Pipeline(Words(), Contractions(), WordPiece(size=40, min_count=1)).fit([text])
    assert prep.text_of(prep([text])[0]) == "He can not , will not he ?"


def test_tokens_that_come_without_a_text() -> None:
    tokens = Contractions().rewrite(Tokens.from_lists([["it", "'s", "been"], []]))
    assert tokens.tags("contractions", 0) == ["", "has", ""]
