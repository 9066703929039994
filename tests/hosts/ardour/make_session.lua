-- Makes a session in Ardour's own Lua: music with the plugin on it, dialogue in its sidechain, and the
-- plugin's window open. `cargo xtask hosts` calls it with the session's folder, which isn't there yet, and
-- the number of samples of the scene, whose files it puts there afterwards.

local folder, num_samples = arg[1], math.tointeger(arg[2])
local file_name = folder .. "/scene.ardour"

AudioEngine:set_backend("None (Dummy)", "", "")
AudioEngine:set_sample_rate(48000)
local session = create_session(folder, "scene", 48000)

local function track(name, num_channels)
  local tracks = session:new_audio_track(num_channels, num_channels, nil, 1, name,
    ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true)
  local made = tracks:front()
  made:input():disconnect_all(nil)
  -- A panner that does nothing still multiplies.
  if not made:panner_shell():isnil() then made:panner_shell():set_bypassed(true) end
  return made
end

local music, dialogue = track("music", 2), track("dialogue", 2)
local plugin = ARDOUR.LuaAPI.new_plugin(session, "Underscore", ARDOUR.PluginType.VST3, "")
assert(not plugin:isnil(), "Ardour doesn't find the VST3")
assert(music:add_processor_by_index(plugin, 0, nil, true) == 0, "Ardour doesn't load the VST3")
-- Dialogue goes to the sidechain alone, so that the master has the music and nothing else.
dialogue:output():disconnect_all(nil)
assert(music:add_sidechain(plugin), "Ardour sees no sidechain")
local sidechain = plugin:to_plugininsert():sidechain_input()
for idx = 0, 1 do
  assert(dialogue:output():audio(idx):connect(sidechain:audio(idx):name()) == 0, "no sidechain port")
end
session:save_state("")
-- What Lua still holds of a session after it was closed, Ardour crashes on when Lua lets go of it.
session, music, dialogue, plugin, sidechain = nil, nil, nil, nil, nil
collectgarbage()
collectgarbage()
close_session()

-- What Lua has no functions for, written into the session's text: audio files on the tracks, where the
-- session ends, and the open window.
local file = assert(io.open(file_name))
local text = file:read("a")
file:close()

local function put(pattern, make)
  local num_places
  text, num_places = text:gsub(pattern, make, 1)
  assert(num_places == 1, "the session has no " .. pattern)
end

-- Ardour counts in 1/282240000 s, and takes ids that are larger than its own.
local length = "a" .. num_samples * (282240000 // 48000)
local last_id = math.tointeger(text:match('id%-counter="(%d+)"')) + 1000
local function new_id()
  last_id = last_id + 1
  return last_id
end

local sources = ""
for _, name in ipairs({ "music", "dialogue" }) do
  local in_region = ""
  for idx, side in ipairs({ "L", "R" }) do
    local id = new_id()
    sources = sources .. string.format(
      '<Source name="%s%%%s.wav" type="audio" flags="" id="%d" natural-position="a0" channel="0" origin="" gain="1"/>',
      name, side, id)
    in_region = in_region .. string.format(' source-%d="%d" master-source-%d="%d"', idx - 1, id, idx - 1, id)
  end
  -- Without fades: what comes out is compared to the bit.
  local region = string.format(
    '<Region name="%s" muted="0" opaque="1" locked="0" start="a0" length="%s@a0" sync-position="a0" '
    .. 'layering-index="0" envelope-active="0" default-fade-in="1" default-fade-out="1" fade-in-active="0" '
    .. 'fade-out-active="0" scale-amplitude="1" id="%d" type="audio" first-edit="nothing"%s channels="2"/>',
    name, length, new_id(), in_region)
  put('(<Playlist id="%d+" name="' .. name .. '"[^>]-)/>', function(head)
    return head .. ">" .. region .. "</Playlist>"
  end)
end
put("<Sources/>", function() return "<Sources>" .. sources .. "</Sources>" end)
put("<Locations/>", function()
  return string.format('<Locations><Location id="%d" name="session" start="a0" end="%s" '
    .. 'flags="IsSessionRange" locked="0" timestamp="1" cue="0"/></Locations>', new_id(), length)
end)
put('id%-counter="%d+"', function() return 'id-counter="' .. new_id() .. '"' end)
local track_id = text:match('<Route [^>]*id="(%d+)" name="music"')
local plugin_id = text:match('<Processor id="(%d+)" name="Underscore"')
put("</Session>", function()
  return string.format('<Extra><UI><Window name="P-%s-%s" visible="1" x-off="200" y-off="100" x-size="1100" '
    .. 'y-size="760" custom-ui="1"/></UI></Extra></Session>', track_id, plugin_id)
end)

file = assert(io.open(file_name, "w"))
file:write(text)
assert(file:close())
print("done")
