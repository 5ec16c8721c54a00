from db.engine import Begin
from db.notes import Notes


async def test_note_is_read_back_and_the_last_word_counts(begin: Begin) -> None:
    notes = Notes(begin)
    assert await notes.read("commands_hash") is None
    await notes.write("commands_hash", "a")
    await notes.write("commands_hash", "b")
    assert await Notes(begin).read("commands_hash") == "b"
