-- The lane of the ride, in Ardour's own Lua. `cargo xtask hosts` calls it with the session's folder and
-- "write": makes the session "lane", in which the plugin writes and Ardour takes what it writes;
-- "read": tells what Ardour holds after it was played, lets the plugin read it, and exports "read".

local folder, step, num_samples = arg[1], arg[2], math.tointeger(arg[3])

-- Places among the parameters, in the order in which hosts list them, and values of theirs.
local MODE, DUCK = 0, 1
local LOOK_AHEAD, OFF = 14, 0
local RIDE, AUTOMATION = 20, 21
local WRITE, READ = 1, 2
-- float.preset has this name for Ardour.
local FLOAT_WAV = "c9d8ba10-5c0b-4b8e-9d6e-6c1d9d0a7f01"

AudioEngine:set_backend("None (Dummy)", "", "")
AudioEngine:set_sample_rate(48000)
local session = assert(load_session(folder, step == "write" and "scene" or "lane"))
local plugin = session:route_by_name("music"):nth_plugin(0)
local _, lane = ARDOUR.LuaAPI.plugin_automation(plugin, RIDE)
assert(not lane:isnil(), "no lane of the ride")
local which = Evoral.Parameter(ARDOUR.AutomationType.PluginAutomation, 0, RIDE)
local control = plugin:to_automatable():automation_control(which, true)

local function set(idx, value)
  assert(ARDOUR.LuaAPI.set_processor_param(plugin, idx, value), "Ardour refuses parameter " .. idx)
end

if step == "write" then
  set(MODE, DUCK)
  set(LOOK_AHEAD, OFF)
  set(AUTOMATION, WRITE)
  control:set_automation_state(ARDOUR.AutoState.Touch)
  ARDOUR.LuaAPI.usleep(300000)
  session:save_state("lane")
  print("done")
else
  local num_points, highest_lu = 0, 0
  for point in lane:events():iter() do
    num_points = num_points + 1
    highest_lu = math.max(highest_lu, point.value)
  end
  print(string.format("lane\t%d\t%.3f", num_points, highest_lu))
  set(AUTOMATION, READ)
  control:set_automation_state(ARDOUR.AutoState.Play)
  ARDOUR.LuaAPI.usleep(300000)
  local export = session:simple_export()
  export:set_name("read")
  export:set_folder(folder .. "/export")
  export:set_range(0, num_samples)
  assert(export:set_preset(FLOAT_WAV), "no export preset")
  assert(export:check_outputs() and export:run_export(), "no export")
end
