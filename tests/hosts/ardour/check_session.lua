-- Loads the session that make_session.lua made and checks the plugin in it, in Ardour's own Lua, without a
-- window. `cargo xtask hosts` calls it with the session's folder, and reads the lines that begin with `check`.

local folder = arg[1]

-- Place among the parameters, in the order in which hosts list them, and its value for 40 ms.
local LOOK_AHEAD, MS_40 = 14, 4
local NUM_PARAMETERS = 22

-- Nothing is lost if Ardour ends before this does.
io.stdout:setvbuf("line")

local session, track, plugin

local function open(name)
  session = assert(load_session(folder, name), "no session " .. name)
  track = session:route_by_name("music")
  plugin = track:nth_plugin(0)
  assert(not plugin:isnil(), "no plugin on the track")
end

local function close()
  -- What Lua still holds of a session after it was closed, Ardour crashes on when Lua lets go of it.
  session, track, plugin = nil, nil, nil
  collectgarbage()
  collectgarbage()
  close_session()
end

local function sleep_ms(ms) ARDOUR.LuaAPI.usleep(ms * 1000) end

local function get(idx)
  local value = ARDOUR.LuaAPI.get_processor_param(plugin, idx)
  return value
end

local function set(idx, value)
  assert(ARDOUR.LuaAPI.set_processor_param(plugin, idx, value), "Ardour refuses parameter " .. idx)
end

local function parameter(idx)
  local controls = plugin:to_plugininsert():plugin(0)
  local _, by_reference = controls:get_parameter_descriptor(idx, ARDOUR.ParameterDescriptor())
  return by_reference[2], controls:parameter_label(idx)
end

-- The latency that Ardour has for the track, samples, once it is `expected`, else what it is after 3 s.
local function latency(expected)
  for _ = 1, 30 do
    sleep_ms(100)
    -- There is no run loop here, so the plugin can tell of a latency only within a call of Ardour's: a value
    -- that is set once more is one.
    set(LOOK_AHEAD, get(LOOK_AHEAD))
    get(LOOK_AHEAD)
    if track:signal_latency() == expected then break end
  end
  return track:signal_latency()
end

-- A check gives the figures that it measured, and an error where it fails.
local function check(promise, body)
  local is_ok, figures = pcall(body)
  local outcome = tostring(figures):gsub("^.-%.lua:%d+: ", "")
  -- Ardour's `print` puts no tabs between.
  print(table.concat({ "check", is_ok and "ok" or "FAILED", promise, outcome }, "\t"))
end

local function expect(what, is, expected)
  if is ~= expected then error(string.format("%s is %s, expected %s", what, is, expected)) end
end

AudioEngine:set_backend("None (Dummy)", "", "")
AudioEngine:set_sample_rate(48000)
open("scene")

check("it loads on a stereo track, with the dialogue in its sidechain", function()
  local insert = plugin:to_plugininsert()
  local num_channels = track:n_outputs():n_audio()
  local sidechain = insert:sidechain_input()
  expect("number of channels", num_channels, 2)
  expect("number of sidechain ports", sidechain:n_ports():n_audio(), 2)
  for idx = 0, 1 do
    local source = "dialogue/audio_out " .. idx + 1
    expect(source, sidechain:audio(idx):connected_to(source), true)
  end
  return string.format("%s, %d channels, %d sidechain ports", insert:plugin(0):name(), num_channels, 2)
end)

-- Each at the end of its range that it doesn't have at first; saved at once.
local far = {}
check("every parameter can be set", function()
  local num_parameters = plugin:to_plugininsert():plugin(0):parameter_count()
  expect("number of parameters", num_parameters, NUM_PARAMETERS)
  for idx = 0, num_parameters - 1 do
    local described, label = parameter(idx)
    far[idx] = get(idx) == described.upper and described.lower or described.upper
    set(idx, far[idx])
    expect(label, get(idx), far[idx])
  end
  return string.format("%d of %d", num_parameters, NUM_PARAMETERS)
end)
session:save_state("all-set")
close()

open("all-set")
check("what was set just before saving comes back with the session", function()
  for idx = 0, NUM_PARAMETERS - 1 do
    local _, label = parameter(idx)
    expect(label, get(idx), far[idx])
  end
  return string.format("%d of %d values", NUM_PARAMETERS, NUM_PARAMETERS)
end)
close()

open("scene")
check("look-ahead of 40 ms is a latency of 1920 samples, and stays while the transport runs", function()
  expect("latency at first", latency(0), 0)
  set(LOOK_AHEAD, MS_40)
  expect("latency", latency(1920), 1920)
  session:request_roll(ARDOUR.TransportRequestSource.TRS_UI)
  sleep_ms(1500)
  session:request_stop(false, false, ARDOUR.TransportRequestSource.TRS_UI)
  sleep_ms(500)
  local num_played = session:transport_sample()
  assert(num_played > 24000, "the transport didn't run: at sample " .. num_played)
  expect("look-ahead", get(LOOK_AHEAD), MS_40)
  expect("latency after it ran", latency(1920), 1920)
  return string.format("1920 samples before and after %d samples were played", num_played)
end)
close()
print("check\tend")
