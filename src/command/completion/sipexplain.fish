# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of sipexplain for fish.

complete -c sipexplain -f
complete -c sipexplain -n '__fish_use_subcommand' -a 'annotate check convert'
complete -c sipexplain -n '__fish_seen_subcommand_from annotate check convert' -F
complete -c sipexplain -n 'not __fish_seen_subcommand_from annotate check convert' -a '(sipexplain --list-ids 2>/dev/null)'
complete -c sipexplain -n '__fish_seen_subcommand_from (seq 100 699)' -a 'BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER REGISTER SUBSCRIBE UPDATE'
complete -c sipexplain -l list -d 'List all that has a page'
complete -c sipexplain -s s -l search -x -d 'Find a text in the words'
complete -c sipexplain -l book -r -d 'Write all pages as HTML into a folder'
complete -c sipexplain -s l -l lang -x -a '(sipexplain --list-languages 2>/dev/null)' -d 'Language'
complete -c sipexplain -s f -l format -x -a 'text markdown html json' -d 'Format'
complete -c sipexplain -s o -l output -r -F -d 'Write to a file'
complete -c sipexplain -l no-pager -d 'Do not use a pager'
complete -c sipexplain -s h -l help -d 'Print help'
complete -c sipexplain -s V -l version -d 'Print the version'
complete -c sipexplain -n '__fish_seen_subcommand_from annotate check convert' -l mask -d 'Mask users, numbers, hosts and addresses'
complete -c sipexplain -n '__fish_seen_subcommand_from annotate check convert' -l mask-key -x -d 'Key of the mask'
complete -c sipexplain -n '__fish_seen_subcommand_from annotate check' -s a -l all -d 'Show all findings'
complete -c sipexplain -n '__fish_seen_subcommand_from annotate check' -s d -l decode-as -x -d 'As tshark -d'
complete -c sipexplain -n '__fish_seen_subcommand_from annotate check' -l keylog -r -F -d 'File with TLS keys'
complete -c sipexplain -n '__fish_seen_subcommand_from check' -l fail-on -x -a 'benign user-action failure anomaly violation' -d 'Least verdict for exit status 1'
complete -c sipexplain -n '__fish_seen_subcommand_from check' -l follow -d 'Say findings as a log grows'
