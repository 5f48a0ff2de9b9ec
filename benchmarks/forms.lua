-- wrk: posts the bodies of the file named in BODIES (one on each line) in turn, with AUTHORIZATION if there is one, and
-- reports one line of numbers.
local requests, turn = {}, 0

function init()
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = os.getenv("AUTHORIZATION")
  for body in io.lines(os.getenv("BODIES")) do
    requests[#requests + 1] = wrk.format(nil, nil, nil, body)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("\nRESULT %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), errors.status, lost))
end
