from mudhif.cli import main

main()
