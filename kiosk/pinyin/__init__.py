"""A pinyin input method: letters in, Chinese words out, from a dictionary that `make assets` builds.

`composer` is what a keyboard talks to; below it `lattice` finds sentences in what `dictionary`
reads, by the rules of `syllables`.
"""
