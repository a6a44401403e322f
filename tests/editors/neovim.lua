-- The steps of neovim.py inside Neovim: opens a page, looks at its diagnostic, applies the fix, jumps to the related
-- page, and renames a page and a title with many inbound links. Every failed step ends Neovim with exit code 1.
--
-- From version 0.8, Neovim is set up with the lines in docs/editors.md for its version, before that with `start_client`.
-- The environment gives PAGE (the path of docs/editors.md) and LINKS (the number of inbound links). The program is on the
-- search path.

local FERRY = 'news/2012/03/24/ferry-line-reopens.md'
local GATES = 'news/2012/03/25/lock-gates-fail.md'
local RENAMED = 'news/2012/03/24/ferry-opens.md'
local WAIT = 60000

local function say(text)
  io.stdout:write(text .. '\n')
end

local function check(is_true, text)
  if not is_true then
    error('failed: ' .. text, 2)
  end
  say('ok: ' .. text)
end

local function lines(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
end

local client

-- Returns the block of Lua in the page for this version, or nil if there is none.
local function documented()
  local text = table.concat(vim.fn.readfile(vim.env.PAGE), '\n')
  local blocks = {}
  for block in text:gmatch('```lua\n(.-)```') do
    table.insert(blocks, block)
  end
  if vim.lsp.config then
    return blocks[1]
  end
  return vim.lsp.start and blocks[2]
end

local function attached(buffer)
  return (vim.lsp.get_clients or vim.lsp.get_active_clients)({ bufnr = buffer })
end

local function attach()
  if not documented() then
    client = client or vim.lsp.start_client({
      name = 'dateline',
      cmd = { 'dateline', 'server' },
      root_dir = vim.fn.getcwd(),
    })
    assert(client, 'the server does not start')
    vim.lsp.buf_attach_client(0, client)
    return
  end
  vim.bo.filetype = 'markdown'
  local buffer = vim.api.nvim_get_current_buf()
  assert(vim.wait(WAIT, function() return #attached(buffer) > 0 end), 'no client is attached')
  client = attached(buffer)[1].id
end

local function open(path)
  vim.cmd('edit ' .. path)
  attach()
  return vim.api.nvim_get_current_buf()
end

local function request(method, params)
  local answers, failure = vim.lsp.buf_request_sync(0, method, params, WAIT)
  assert(answers, method .. ': ' .. tostring(failure))
  local answer = answers[client]
  assert(answer and not answer.err and not answer.error, method .. ': ' .. vim.inspect(answers))
  return answer.result
end

local function encoding()
  return vim.lsp.get_client_by_id(client).offset_encoding
end

local function run()
  vim.o.swapfile = false
  vim.o.hidden = true
  local setup = documented()
  if setup then
    assert(loadstring(setup))()
  end

  local page = open(GATES)
  check(client, 'the server starts')
  check(vim.wait(WAIT, function() return #vim.diagnostic.get(page) > 0 end), 'a diagnostic appears')
  local found = vim.diagnostic.get(page)[1]
  check(found.code == 'related/stale-text', 'it is that of the stale text: ' .. tostring(found.code))
  check(found.lnum == 6 and found.col == 4, 'it is at the text of the link')

  vim.api.nvim_win_set_cursor(0, { 7, 6 })
  local params = vim.lsp.util.make_range_params(0, encoding())
  params.context = { diagnostics = {}, only = { 'quickfix' } }
  local preferred = vim.tbl_filter(function(action) return action.isPreferred end, request('textDocument/codeAction', params))
  check(#preferred == 1, 'one fix is preferred')
  vim.lsp.util.apply_workspace_edit(preferred[1].edit, encoding())
  check(lines(page):find('[Ferry line reopens]', 1, true), 'the fix is applied')
  check(vim.wait(WAIT, function() return #vim.diagnostic.get(page) == 0 end), 'the diagnostic disappears')

  local definition = request('textDocument/definition', vim.lsp.util.make_position_params(0, encoding()))
  if vim.lsp.util.show_document then
    vim.lsp.util.show_document(definition, encoding(), { focus = true })
  else
    vim.lsp.util.jump_to_location(definition, encoding())
  end
  local name = vim.api.nvim_buf_get_name(0)
  check(name:sub(-#FERRY) == FERRY, 'the jump leads to the related page')
  check(vim.api.nvim_win_get_cursor(0)[1] == 3, 'the cursor is on its title')
  attach()

  local before = lines(page)
  params = vim.lsp.util.make_position_params(0, encoding())
  params.newName = 'Ferry line opens again'
  vim.lsp.util.apply_workspace_edit(request('textDocument/rename', params), encoding())
  check(lines(page):find('[Ferry line opens again]', 1, true), 'the title is renamed in links')
  vim.api.nvim_buf_call(page, function() vim.cmd('silent undo') end)
  check(lines(page) == before, 'one undo takes it back')
  vim.api.nvim_buf_call(page, function() vim.cmd('silent redo') end)
  vim.cmd('silent wall')

  local files = { { oldUri = vim.uri_from_fname(vim.fn.fnamemodify(FERRY, ':p')), newUri = vim.uri_from_fname(vim.fn.fnamemodify(RENAMED, ':p')) } }
  local edit = request('workspace/willRenameFiles', { files = files })
  local expected = tonumber(vim.env.LINKS) + 1
  local changed = edit.documentChanges and #edit.documentChanges or vim.tbl_count(edit.changes)
  check(changed == expected, expected .. ' pages are changed: ' .. changed)
  vim.lsp.util.apply_workspace_edit(edit, encoding())
  vim.cmd('silent wall')
  check(vim.fn.rename(FERRY, RENAMED) == 0, 'the page is renamed')
  check(lines(page):find(RENAMED, 1, true), 'the link follows')
end

local is_done, failure = pcall(run)
if not is_done then
  say(tostring(failure))
  vim.cmd('cquit 1')
end
vim.cmd('qall!')
