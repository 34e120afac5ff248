"""`textmill vectors`: look at a file of word vectors."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="Look at a file of word vectors.", no_args_is_help=True)

File = Annotated[str, typer.Argument(help="GloVe or word2vec text, plain, .gz, .xz or .zip.")]


@app.command()
def info(file: File) -> None:
    """Show how many words there are, their dimension, and the first ones."""
    from embeddings import WordVectors

    vectors = WordVectors.open(file)
    print(f"{len(vectors):,} words of dimension {vectors.dimension}")
    if vectors.duplicates:
        print(f"{vectors.duplicates:,} rows left out because their word had come before")
    print(f"mean length {float(vectors.norms.mean(dtype='float64')):.3f}, longest {float(vectors.norms.max()):.3f}")
    print("first words:", " ".join(vectors.words[:12]))


@app.command()
def verify(
    path: Annotated[str, typer.Argument(help="A folder of saved vectors, or a file whose store is to be compared.")],
) -> None:
    """Compare every byte of a store with the checksums taken when it was written."""
    from embeddings import WordVectors

    vectors = WordVectors.open(path)
    shape = f"{len(vectors):,} words of dimension {vectors.dimension}"
    if vectors.verify():
        print(f"whole: {shape}, every byte as it was written")
    else:
        print(f"sound: {shape}; there are no checksums, since an older version saved them: save them again")


@app.command()
def nearest(
    file: File,
    words: Annotated[list[str], typer.Argument(help="A word; or the three of an analogy: man king woman.")],
    k: Annotated[int, typer.Option("-k", min=1, help="How many words.")] = 10,
) -> None:
    """Show the words nearest to a word by cosine, or the answers to an analogy."""
    from embeddings import UnknownWordError, WordVectors
    from textprep import ConfigError

    if len(words) not in (1, 3):
        raise ConfigError("give one word, or the three words of an analogy (man king woman)")
    vectors = WordVectors.open(file)
    try:
        found = vectors.nearest(words[0], k) if len(words) == 1 else vectors.analogy(words[0], words[1], words[2], k)
    except UnknownWordError as error:
        raise ConfigError(str(error)) from None
    for neighbour, cosine in found:
        print(f"{cosine:.4f}  {neighbour}")
