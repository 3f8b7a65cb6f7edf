"""Makes the prompts about real texts that train_draft_head.py takes with --prompts: a JSON object a line, "kind" and "prompt".

    python bench/peers/make_prompts.py --qed FILE... --maths FILE --gensim FOLDER --out prompts.jsonl [--without QUESTIONS.jsonl]

--qed       qed-train.jsonlines of google-research-datasets/QED, nq-train-*-qed.jsonlines in its first commits (questions of Natural Questions
            with paragraphs of Wikipedia)
--maths     grade_school_math/data/train.jsonl of openai/grade-school-math
--gensim    gensim/test/test_data of the package gensim: articles of the English Wikipedia, and 300 news of the Lee corpus
--without   questions that the model is measured with (Spec-Bench): a prompt that shares eight words in a row with them is left out

Only the prompts are made here; what the head learns is what the model answers.
"""

import argparse
import bz2
import collections
import json
import random
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

SUMMARY = [
    "Summarize: {}", "Summarize the following article:\n\n{}", "Please summarize this text in three sentences:\n\n{}", "{}\n\nTL;DR", "Write a short summary.\n\n{}",
    "What are the key points of this text?\n\n{}", "Summarise the news below in a few sentences.\n\n{}", "Give me a brief summary of this:\n{}", "{}\n\nSummarize the text above.",
    "Shorten this to one paragraph:\n\n{}",
]
ANSWER = [
    "{0}\n{1}", "{0}\n\n{1}", "Answer the question using the context below.\n\nContext: {0}\n\nQuestion: {1}", "Context:\n{0}\n\nQuestion: {1}\nAnswer:",
    "Read the following passages and answer the question.\n\n{0}\n\n{1}", "{1}\n\n{0}", "Documents:\n{0}\n\nUser's question: {1}",
]
WORDS = re.compile(r"\w+")


def plain(text):
    """Text of Natural Questions, whose words are set apart by spaces, as people write it; now and then left as it is."""
    text = re.sub(r"\s+([,.;:!?%)\]}])", r"\1", text.replace("``", '"').replace("''", '"'))
    text = re.sub(r"([(\[{$])\s+", r"\1", text)
    return re.sub(r"(\w)\s+('s|n't|'re|'ve|'ll|'d)\b", r"\1\2", text).replace(" -- ", " – ").replace(" - ", "-")


def wiki(path):
    """Paragraphs of articles, without markup."""
    name, articles = "", []
    for _, element in ElementTree.iterparse(bz2.open(path)):
        tag = element.tag.rsplit("}", 1)[-1]
        if tag == "title":
            name = element.text or ""
        elif tag == "text":
            text = element.text or ""
            for pattern, instead in [
                (r"<ref[^>]*/>|<ref.*?</ref>|<!--.*?-->|<math>.*?</math>|<gallery.*?</gallery>", ""), (r"\{\|.*?\|\}", ""),
                (r"\{\{[^{}]*\}\}", ""), (r"\{\{[^{}]*\}\}", ""), (r"\{\{[^{}]*\}\}", ""), (r"\[\[(?:File|Image|Category)[^\[\]]*(?:\[\[[^\]]*\]\][^\[\]]*)*\]\]", ""),
                (r"\[\[(?:[^|\]]*\|)?([^\]]*)\]\]", r"\1"), (r"\[https?://\S+ ?([^\]]*)\]", r"\1"), (r"'{2,}", ""), (r"<[^>]+>", ""), ("&nbsp;", " "),
            ]:
                text = re.sub(pattern, instead, text, flags=re.S)
            paragraphs = [p.strip() for p in text.split("\n") if len(p) > 200 and not re.match(r"[=*#:;|{}!\[]", p.strip())]
            if not (element.text or "").lower().startswith("#redirect") and paragraphs:
                articles.append((name, paragraphs))
            element.clear()
    return articles


def pieces(paragraphs, dice):
    """Paragraphs that follow each other, joined up to lengths of 500 to 3,600 letters."""
    part, size, wanted = [], 0, dice.randint(500, 3600)
    for paragraph in paragraphs:
        part.append(paragraph)
        size += len(paragraph)
        if size >= wanted:
            yield dice.choice(["\n", "\n\n", " "]).join(part)[:3800]
            part, size, wanted = [], 0, dice.randint(500, 3600)


def prompts(options, dice):
    asked = [json.loads(line) for file in options.qed for line in open(file, encoding="utf-8") if line.endswith("}\n")]
    news = Path(options.gensim, "lee_background.cor").read_text("utf-8").splitlines()
    articles = wiki(Path(options.gensim, "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"))
    parts = [piece for _ in range(2) for _, paragraphs in articles for piece in pieces(paragraphs[dice.randint(0, 1) :], dice)]
    question = lambda q: (lambda t: t[0].upper() + t[1:] + "?")(q["question_text"].strip().rstrip("?"))
    for q in asked:
        yield "question", dice.choice([question(q), question(q), q["question_text"]])
        style = plain if dice.random() < 0.8 else str
        titled = (lambda x: f"{x['title_text']}: {style(x['paragraph_text'])}") if dice.random() < 0.3 else (lambda x: style(x["paragraph_text"]))
        around = [titled(x) for x in dice.sample(asked, dice.randint(0, 3))] + ([dice.choice(parts)] if dice.random() < 0.2 else [])
        around.insert(dice.randint(0, len(around)), titled(q))
        text = dice.choice(["\n", "\n\n", " "]).join(around)
        yield "passages", dice.choice(ANSWER).format(text[:3800], question(q))
    for line in open(options.maths, encoding="utf-8"):
        yield "maths", json.loads(line)["question"]
    for text in news * 6 + parts:
        yield "summary", dice.choice(SUMMARY[:1] + SUMMARY).format(text.strip())
    for text in dice.sample(parts, len(parts) // 3):
        yield "passages", text + "\n\n" + dice.choice(["What is this text about?", "Explain this in simple words.", "Rewrite this text for a child.", "List the names in this text.", "Ask three questions about this text.", "What happened here?"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--qed", nargs="+", required=True)
    parser.add_argument("--maths", required=True)
    parser.add_argument("--gensim", required=True)
    parser.add_argument("--without")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    dice = random.Random(7)
    runs = lambda text: (lambda w: {tuple(w[i : i + 8]) for i in range(max(1, len(w) - 7))})(WORDS.findall(text.lower()))
    taken = {run for line in open(options.without) for turn in json.loads(line)["turns"] for run in runs(turn)} if options.without else set()
    made, left_out = collections.Counter(), 0
    lines = []
    for kind, prompt in prompts(options, dice):
        if taken & runs(prompt):
            left_out += 1
            continue
        made[kind] += 1
        lines.append(json.dumps(dict(kind=kind, prompt=prompt)))
    dice.shuffle(lines)
    Path(options.out).write_text("\n".join(lines) + "\n")
    print(dict(made), "left out:", left_out)


if __name__ == "__main__":
    main()
