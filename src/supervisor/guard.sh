# Leads a process group that holds a server, and outlives nobody who needs it: when the last writer of the pipe on its
# standard input is gone, however that ended, the group ends. $1 is the path of that pipe, $2 the grace in seconds, the
# rest is the server's command. The last line it writes is the exit code, for whoever reads the log.
pipe=$1
grace=$2
shift 2
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
# The group is told to end by signals to all of it: the guard stays for those that do not listen.
trap '' TERM INT HUP
(
  while read -r _; do :; done
  rm -f "$pipe"
  kill -TERM 0
  sleep "$grace"
  kill -KILL 0
) <&3 3<&- &
exec 3<&-
wait "$server"
code=$?
# Gone first, so that nobody joins what is about to end.
rm -f "$pipe"
echo "enrichd-guard: the server ended with code $code" >&2
kill -KILL 0
