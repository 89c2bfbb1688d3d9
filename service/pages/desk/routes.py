"""The desk's pages together."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from service.pages.desk import conflicts, editing, history, imports, merging, queue, upload


def desk_pages() -> list[HTTPRouteHandler]:
    """All of them; each is for who is signed in and may."""
    return [
        queue.show_desk,
        queue.show_queue,
        queue.show_decision,
        queue.decide,
        conflicts.show_conflicts,
        conflicts.decide_conflict,
        upload.show_upload,
        upload.upload,
        merging.show_alike,
        merging.show_merge,
        merging.merge,
        merging.show_merged,
        merging.undo_merge,
        imports.show_imports,
        imports.show_import,
        imports.undo_import,
        editing.show_new,
        editing.add,
        editing.show,
        editing.change,
        editing.show_retire,
        editing.retire,
        editing.show_erase,
        editing.erase_record,
        history.show_history,
        history.restore,
    ]
