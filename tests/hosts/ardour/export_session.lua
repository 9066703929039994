-- Exports the session that make_session.lua made. `cargo xtask hosts` calls it with the session's folder, the
-- scene's number of samples and "meter-40-ms" or "duck", the name of the file to come in the folder `export`.
--
-- One export and nothing else in each process, and how the process ends isn't judged: Ardour 7.3 crashes now
-- and then when it lets go of exports that are done, without any plugin too (of three exports, 6 times of 12).

local folder, num_samples, name = arg[1], math.tointeger(arg[2]), arg[3]

-- Places among the parameters, in the order in which hosts list them, and values of theirs.
local MODE, DUCK = 0, 1
local LOOK_AHEAD, MS_40 = 14, 4
-- float.preset has this name for Ardour.
local FLOAT_WAV = "c9d8ba10-5c0b-4b8e-9d6e-6c1d9d0a7f01"

AudioEngine:set_backend("None (Dummy)", "", "")
AudioEngine:set_sample_rate(48000)
local session = assert(load_session(folder, "scene"))
local track = session:route_by_name("music")
local plugin = track:nth_plugin(0)

local function set(idx, value)
  assert(ARDOUR.LuaAPI.set_processor_param(plugin, idx, value), "Ardour refuses parameter " .. idx)
end

if name == "duck" then
  set(MODE, DUCK)
  ARDOUR.LuaAPI.usleep(300000)
else
  for _ = 1, 30 do
    -- Again and again: see `latency` in check_session.lua.
    set(LOOK_AHEAD, MS_40)
    ARDOUR.LuaAPI.get_processor_param(plugin, LOOK_AHEAD)
    ARDOUR.LuaAPI.usleep(100000)
    if track:signal_latency() == 1920 then break end
  end
  assert(track:signal_latency() == 1920, "no latency")
end

local export = session:simple_export()
export:set_name(name)
export:set_folder(folder .. "/export")
export:set_range(0, num_samples)
assert(export:set_preset(FLOAT_WAV), "no export preset")
assert(export:check_outputs() and export:run_export(), "no export")
