//! Code actions: fixes, suppression comments, and entries of the baseline.

use std::path::Path;

use gen_lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, Command, ExecuteCommandParams, Uri, WorkspaceEdit,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::checks::Checked;
use super::diagnostics;
use super::edits::{Edits, differences};
use super::message::Failure;
use super::state::State;
use super::suppress::{Comments, Insertion};
use crate::archive::page_texts::ReadPage;
use crate::diagnostic::{Applicability, Diagnostic};
use crate::span::Span;

/// The kind of the action that applies all safe fixes.
pub(super) const FIX_ALL: &str = "source.fixAll.dateline";

/// The maximum number of findings for which actions are offered at once. Each needs its own edits, and nobody reads a
/// longer list.
const MOST_FINDINGS: usize = 50;

/// The command that records a finding in the baseline.
pub(super) const ADD_TO_BASELINE: &str = "dateline.addToBaseline";

/// Identifies a finding in the arguments of a command.
#[derive(Serialize, Deserialize)]
struct FindingId {
    uri: Uri,
    rule: String,
    start: u32,
    message: String,
}

/// Returns the actions for a range of an open page.
pub(super) fn code_actions(
    state: &mut State,
    params: &CodeActionParams,
) -> Result<Vec<CodeAction>, Failure> {
    let (path, document) = state.document(&params.text_document.uri)?;
    let page = document.page.clone();
    let requested = state.support.encoding.span(&page, params.range);
    let only: Option<Vec<String>> =
        params.context.only.as_ref().map(|kinds| kinds.iter().map(ToString::to_string).collect());
    let is_wanted = |kind: &str| {
        let covers = |wanted: &String| {
            let rest = kind.strip_prefix(wanted.as_str());
            wanted.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        only.as_ref().is_none_or(|only| only.iter().any(covers))
    };
    let checked = state.check(&path)?;
    let found = touching(&checked, whole_line(&page, requested));
    let mut actions = Vec::new();
    if is_wanted("quickfix") && !found.is_empty() {
        let syntax = &checked.report.archive().syntax;
        let mut comments = Comments::new(page.text(), syntax);
        for found in nearest(&found, requested.start) {
            let offer = Offer { state, checked: &checked, path: &path, found };
            actions.extend(offer.actions(&params.text_document.uri, &mut comments));
        }
    }
    let is_safe = |found: &Diagnostic| {
        let fix = found.finding.fix.as_ref();
        fix.is_some_and(|fix| fix.applicability == Applicability::Safe)
    };
    // Without a request for such actions, offer it only where there is something to fix.
    let is_fixable = match only {
        Some(_) => checked.report.diagnostics().iter().any(is_safe),
        None => found.iter().any(|found| is_safe(found)),
    };
    if is_wanted(FIX_ALL) && is_fixable {
        actions.extend(fix_all(state, &checked, &params.text_document.uri)?);
    }
    Ok(actions)
}

/// Extends a span within a line to the whole line, so that the cursor can be anywhere on the line of a finding.
fn whole_line(page: &ReadPage, span: Span) -> Span {
    let number = |offset| page.position(offset).line;
    if number(span.start) != number(span.end) {
        return span;
    }
    let line = page.line_span(number(span.start).saturating_sub(1) as usize);
    Span { start: line.start, end: line.end.max(span.end) }
}

/// Returns the findings nearest to an offset, in the order of the page.
fn nearest<'a>(found: &[&'a Diagnostic], offset: u32) -> Vec<&'a Diagnostic> {
    let mut nearest = found.to_vec();
    if nearest.len() > MOST_FINDINGS {
        nearest.sort_by_key(|found| {
            let span = found.finding.span;
            span.start.saturating_sub(offset).max(offset.saturating_sub(span.end))
        });
        nearest.truncate(MOST_FINDINGS);
        nearest.sort_by_key(|found| found.finding.span.start);
    }
    nearest
}

/// Returns the findings on the page whose spans touch the requested one.
fn touching(checked: &Checked, requested: Span) -> Vec<&Diagnostic> {
    let file = checked.report.archive().paths.file(&checked.name);
    let all = checked.report.diagnostics().iter();
    let touches = |found: &&Diagnostic| {
        let span = found.finding.span;
        Some(found.file) == file && span.start <= requested.end && requested.start <= span.end
    };
    all.filter(touches).collect()
}

/// A finding for which actions are offered.
struct Offer<'a> {
    state: &'a State,
    checked: &'a Checked,
    path: &'a Path,
    found: &'a Diagnostic,
}

impl Offer<'_> {
    /// Returns the actions: the fix, the comments that suppress the finding, and the baseline.
    fn actions(&self, uri: &Uri, comments: &mut Comments<'_>) -> Vec<CodeAction> {
        let mut actions: Vec<CodeAction> = self.fix().into_iter().collect();
        actions.extend(self.comments(comments));
        actions.extend(self.baseline(uri));
        actions
    }

    /// Returns an action. `what` says what it does.
    fn action(&self, what: &str, edits: Option<Edits<'_>>) -> Option<CodeAction> {
        let (state, found) = (self.state, self.found);
        let edit = match edits {
            Some(edits) => Some(edits.for_client()?),
            None => None,
        };
        let diagnostic = diagnostics::convert(found, self.checked, &state.documents, state.support);
        Some(CodeAction {
            title: format!("{}: {what}", found.rule),
            kind: Some(CodeActionKind::QuickFix),
            diagnostics: Some(vec![diagnostic]),
            edit,
            ..CodeAction::default()
        })
    }

    fn fix(&self) -> Option<CodeAction> {
        let fix = self.found.finding.fix.as_ref()?;
        let is_safe = fix.applicability == Applicability::Safe;
        let mark = if is_safe { "" } else { " (unsafe)" };
        let edits =
            Edits::of_fix(&fix.edits, self.checked, &self.state.documents, self.state.support)?;
        let action = self.action(&format!("{}{mark}", fix.message), Some(edits))?;
        Some(CodeAction { is_preferred: is_safe.then_some(true), ..action })
    }

    fn comments(&self, comments: &mut Comments<'_>) -> Vec<CodeAction> {
        let (path, found) = (self.path, self.found);
        let Some(document) = self.state.documents.at(path) else { return Vec::new() };
        if !self.checked.report.archive().is_page(found.file) {
            return Vec::new();
        }
        let block = comments.for_block(found.rule, found.finding.span);
        let page = comments.for_page(found.rule);
        let inserting = |what: &str, insertion: Insertion| {
            let span = Span::at(insertion.offset as usize);
            let mut edits = self.state.edits();
            edits.replace(path, &document.page, span, insertion.text);
            self.action(what, Some(edits))
        };
        let block = block.and_then(|block| inserting("suppress it here with a comment", block));
        let page = page.and_then(|page| inserting("suppress it on this page with a comment", page));
        block.into_iter().chain(page).collect()
    }

    fn baseline(&self, uri: &Uri) -> Option<CodeAction> {
        let finding = &self.found.finding;
        let id = FindingId {
            uri: uri.clone(),
            rule: self.found.rule.to_owned(),
            start: finding.span.start,
            message: finding.message.clone(),
        };
        let action = self.action("add it to the baseline", None)?;
        let command = Command {
            title: action.title.clone(),
            command: ADD_TO_BASELINE.to_owned(),
            arguments: Some(vec![json!(id)]),
            ..Command::default()
        };
        Some(CodeAction { command: Some(command), ..action })
    }
}

/// Returns the action that applies all safe fixes on a page, if there are any. If the client can ask for the edit
/// later, the action is offered without it.
fn fix_all(state: &State, checked: &Checked, uri: &Uri) -> Result<Option<CodeAction>, Failure> {
    let action = CodeAction {
        title: "Apply all safe fixes of Dateline".to_owned(),
        kind: Some(CodeActionKind::new(FIX_ALL)),
        ..CodeAction::default()
    };
    if state.support.resolves_actions {
        return Ok(Some(CodeAction { data: Some(json!(uri)), ..action }));
    }
    let edit = all_fixes(state, checked, uri)?;
    Ok(edit.map(|edit| CodeAction { edit: Some(edit), ..action }))
}

/// Returns the edit of all safe fixes on a page, if there are any.
fn all_fixes(
    state: &State,
    checked: &Checked,
    uri: &Uri,
) -> Result<Option<WorkspaceEdit>, Failure> {
    let Some(after) = checked.fixed()? else { return Ok(None) };
    let (path, document) = state.document(uri)?;
    let mut edits = state.edits();
    for (span, replacement) in differences(document.page.text(), after) {
        edits.replace(&path, &document.page, span, replacement);
    }
    Ok(if edits.is_empty() { None } else { edits.for_client() })
}

/// Returns an action with its edit.
pub(super) fn resolve(state: &mut State, action: &CodeAction) -> Result<CodeAction, Failure> {
    let action = action.clone();
    let Some(Value::String(uri)) = &action.data else { return Ok(action) };
    let uri = Uri(uri.clone());
    let (path, _) = state.document(&uri)?;
    let checked = state.check(&path)?;
    let edit = all_fixes(state, &checked, &uri)?;
    Ok(CodeAction { edit, ..action })
}

/// Runs a command of the server.
pub(super) fn execute(state: &mut State, params: &ExecuteCommandParams) -> Result<Value, Failure> {
    if params.command != ADD_TO_BASELINE {
        let reason = format!("there is no command {:?}", params.command);
        return Err(Failure::invalid_params(reason));
    }
    let argument = params.arguments.iter().flatten().next().cloned().unwrap_or_default();
    let id: FindingId = serde_json::from_value(argument)
        .map_err(|error| Failure::invalid_params(error.to_string()))?;
    let (path, _) = state.document(&id.uri)?;
    let checked = state.check(&path)?;
    let is_meant = |found: &&Diagnostic| {
        let finding = &found.finding;
        found.rule == id.rule && finding.span.start == id.start && finding.message == id.message
    };
    let found = checked.report.diagnostics().iter().find(is_meant);
    let found = found.ok_or_else(|| Failure::failed("the page no longer has this finding"))?;
    checked.session.add_to_baseline(&checked.report, found)?;
    state.findings_changed();
    Ok(Value::Null)
}
