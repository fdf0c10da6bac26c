"""A pinyin input method: letters in, Chinese words out, from a dictionary built of open data.

`typist` is what a keyboard talks to. It has a `composer` for letters that are not words yet; below
it `lattice` finds sentences in what `dictionary` reads, by the rules of `syllables`.
"""
