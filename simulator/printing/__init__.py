"""What tills print, as real ESC/POS bytes: six countries, six kinds of paper, many layouts."""
