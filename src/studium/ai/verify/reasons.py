"""Every reason a note sentence or a question is not kept, with a sentence for people."""

from __future__ import annotations

MESSAGES = {
    # 1 schema, limits
    "schema": "It lacks its text, a known kind, its sources, or the term it defines.",
    "too_many": "There are already as many of its kind as notes may hold.",
    "text_too_long": "It has more than 600 characters.",
    "options": "A choice needs three to six different options, and its key among them.",
    "key_form": "Its key is not of the form its kind asks for.",
    "cut_off": "Its text breaks off in the middle.",
    # 2 span exists
    "no_such_block": "It cites a block the lesson does not have.",
    "outside": "It cites a place outside the lesson or outside the block it names.",
    "misquoted": "Its quotation is not what stands at that place in the lesson.",
    "quote_not_found": "Its quotation does not stand in the lesson.",
    "quote_too_short": "Its quotation is too short to prove anything.",
    # 3 span supports
    "not_prose": "It cites code, a table, raw HTML or something else that is not running text.",
    "not_supported": "It does not say what the cited place says.",
    "number_not_said": "It holds a number the cited place does not give.",
    "turned_round": "It denies what the cited place says, or says its opposite.",
    "bad_definition": "Its definition or its term is not part of the sentence.",
    "not_verified": "It is in the engine's own words, and there was no second reading of it.",
    "key_not_in_source": "The cited place does not give the key.",
    "not_the_sentence": "With the gap filled in, it is not the sentence of the lesson.",
    # 4 answer leak
    "answer_in_stem": "The question gives its answer away.",
    # 5 single key
    "same_option": "Two options say the same.",
    "synonym": "A wrong option is another name of the right one.",
    "similar_option": "A wrong option is too like the right one.",
    "broader_option": "A wrong option is a wider or narrower name of the right one.",
    "true_option": "A wrong option is true by the lesson.",
    "fits_stem": "What the lesson says of a wrong option fits the question too.",
    "same_sentence": "A wrong option stands in the very sentence that is asked about.",
    "still_true": "The statement is marked false, but the lesson says so.",
    # 6 item-writing rules
    "length_cue": "The right option is much longer than the others.",
    "form_cue": "Only the right option has its form.",
    "of_the_others": "An option speaks of the other options.",
    "double_negation": "The question denies twice.",
    "absolute_cue": "Only wrong options say always, never or only.",
    "article_cue": "The article before the gap fits one option only.",
    # 7 stands alone
    "no_end": "It has no full stop: it may be cut off.",
    "question": "It asks instead of telling.",
    "too_short": "It is too short to say something.",
    "too_long": "It is too long.",
    "leftover": "It holds markup that nothing renders.",
    "fragment": "It is a clause without its sentence.",
    "unbalanced": "It opens a parenthesis or quotation it does not close.",
    "dangling": "It leans on the sentence before it.",
    "pointing": "It points at a figure, a listing or a place that is not beside it.",
    # 8 duplicates and quotas
    "duplicate": "Another one says or asks the same.",
    "same_term": "The term is already defined.",
    "in_bank": "The question bank already asks this.",
    "span_quota": "There are already two questions about this place.",
    "section_quota": "There are already enough questions about this section.",
    "lesson_quota": "There are already enough questions about this lesson.",
    # 9 second pass
    "judge_not_stated": "A second reading did not find it in the cited place.",
    "judge_contradicted": "A second reading found that the cited place says otherwise.",
    "judge_no_quote": "A second reading could not quote what proves it.",
    "judge_other_key": "A blind solver chose another answer.",
    "judge_second_key": "A second reading found another right option.",
}
"""Reason code and its sentence; codes of the engines' own rejections may be others."""
