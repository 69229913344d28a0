"""What the lessons and quizzes of the demo's book are about: the concepts that Bruno names.

By the beginning of a lesson's or a quiz's name; what is not here counts for its lesson as a whole.
"""

from __future__ import annotations

LESSONS: dict[str, tuple[str, ...]] = {
    "ch03-01": ("Variables",),
    "ch03-02": ("Types",),
    "ch03-03": ("Functions",),
    "ch03-05": ("Control flow",),
    "ch04-01": ("Ownership",),
    "ch04-02": ("Borrowing",),
    "ch04-03": ("Borrowing", "Ownership"),
    "ch04-04": ("Slices",),
    "ch04-05": ("Ownership",),
    "ch05-01": ("Structs",),
    "ch05-02": ("Structs",),
    "ch05-03": ("Methods",),
    "ch06-01": ("Enums",),
    "ch06-02": ("Pattern matching",),
    "ch06-03": ("Pattern matching",),
    "ch06-04": ("Enums", "Ownership"),
    "ch07": ("Modules",),
    "ch08-01": ("Vectors",),
    "ch08-02": ("Strings",),
    "ch08-03": ("Hash maps",),
    "ch08-04": ("Strings", "Vectors"),
    "ch09": ("Error handling",),
    "ch10-01": ("Generics",),
    "ch10-02": ("Traits",),
    "ch10-03": ("Lifetimes",),
    "ch10-04": ("Lifetimes", "Traits"),
    "ch13-01": ("Closures",),
    "ch13-02": ("Iterators",),
    "ch15": ("Smart pointers",),
    "ch16": ("Concurrency",),
    "ch17": ("Asynchronous code",),
    "ch18": ("Trait objects",),
    "ch19": ("Pattern matching",),
    "ch20-01": ("Unsafe code",),
    "ch20-02": ("Traits",),
    "ch20-05": ("Macros",),
}
QUIZZES: dict[str, tuple[str, ...]] = {
    "ch03-01-variables-and-mutability-sec3": ("Shadowing",),
    "ch03-05-control-flow-sec2": ("Loops",),
    "ch04-01-ownership-sec1": ("Stack and heap",),
    "ch04-01-ownership-sec2": ("Moves", "Ownership"),
    "ch04-02-references-sec3": ("Borrowing", "Memory safety"),
    "ch04-03-fixing-ownership-errors-sec2": ("Memory safety", "Ownership"),
}


def named(slug: str, topics: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The concepts of a lesson or quiz by its name."""
    return next((names for head, names in topics.items() if slug.startswith(head)), ())
