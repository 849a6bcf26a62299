-- SPDX-License-Identifier: GPL-2.0-or-later
-- What the plugin is measured against: the usual way to explain responses, a post-dissector in Lua.
-- Its argument is a Lua file that returns a table: code -> { name, verdict, description }.

local texts = dofile((...))

local CLASSES = {
    [1] = "1xx Provisional",
    [2] = "2xx Success",
    [3] = "3xx Redirection",
    [4] = "4xx Client failure",
    [5] = "5xx Server failure",
    [6] = "6xx Global failure",
}

local equivalent = Proto("equivalent", "SIP responses explained in Lua")
local fields = {
    code = ProtoField.uint16("equivalent.code", "Status code"),
    name = ProtoField.string("equivalent.name", "Name"),
    class = ProtoField.uint8("equivalent.class", "Class", base.DEC, CLASSES),
    method = ProtoField.string("equivalent.method", "Method"),
    verdict = ProtoField.string("equivalent.verdict", "Verdict"),
    description = ProtoField.string("equivalent.description", "What it means"),
}
equivalent.fields = fields

local get_codes = Field.new("sip.Status-Code")
local get_methods = Field.new("sip.CSeq.method")

local function show(tree, code, method)
    local text = texts[code] or texts[math.floor(code / 100) * 100]
    if not text then
        return
    end
    local subtree = tree:add(equivalent, string.format("SIP Explain: %d %s", code, text.name))
    subtree:add(fields.code, code)
    subtree:add(fields.name, text.name)
    subtree:add(fields.class, math.floor(code / 100))
    if method then
        subtree:add(fields.method, method)
    end
    subtree:add(fields.verdict, text.verdict)
    subtree:add(fields.description, text.description)
end

function equivalent.dissector(_, _, tree)
    local codes = { get_codes() }
    if #codes == 0 then
        return
    end
    local methods = { get_methods() }
    for i, code in ipairs(codes) do
        show(tree, code.value, methods[i] and methods[i].value)
    end
end

register_postdissector(equivalent)
