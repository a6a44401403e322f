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
use super::suppress::{self, Insertion};
use crate::archive::page_texts::ReadPage;
use crate::diagnostic::{Applicability, Diagnostic};
use crate::session::guarded;
use crate::span::Span;

/// The kind of the action that applies all safe fixes.
pub(super) const FIX_ALL: &str = "source.fixAll.dateline";

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
    let requested = whole_lines(&page, state.support.encoding.span(&page, params.range));
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
    let found = touching(&checked, requested);
    let mut actions = Vec::new();
    if is_wanted("quickfix") {
        for found in &found {
            actions.extend(quick_fixes(state, &checked, &path, &params.text_document.uri, found));
        }
    }
    let is_safe = |found: &&&Diagnostic| {
        let fix = found.finding.fix.as_ref();
        fix.is_some_and(|fix| fix.applicability == Applicability::Safe)
    };
    let is_asked_for = only.is_some() || found.iter().any(|found| is_safe(&found));
    if is_wanted(FIX_ALL) && is_asked_for {
        actions.extend(fix_all(state, &checked, &path)?);
    }
    Ok(actions)
}

/// Extends a span to whole lines, so that the cursor can be anywhere on the line of a finding.
fn whole_lines(page: &ReadPage, span: Span) -> Span {
    let line = |offset| page.line_span(page.position(offset).line.saturating_sub(1) as usize);
    Span { start: line(span.start).start, end: line(span.end).end.max(span.end) }
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

fn quick_fixes(
    state: &State,
    checked: &Checked,
    path: &Path,
    uri: &Uri,
    found: &Diagnostic,
) -> Vec<CodeAction> {
    let mut actions = Vec::new();
    let diagnostic = diagnostics::convert(found, checked, &state.documents, state.support);
    let action = |title: String, is_preferred: bool, edit: Option<WorkspaceEdit>| CodeAction {
        title,
        kind: Some(CodeActionKind::QuickFix),
        diagnostics: Some(vec![diagnostic.clone()]),
        is_preferred: is_preferred.then_some(true),
        edit,
        ..CodeAction::default()
    };
    let rule = found.rule;
    if let Some(fix) = &found.finding.fix {
        let is_safe = fix.applicability == Applicability::Safe;
        let edits = Edits::of_fix(&fix.edits, checked, state.support.encoding);
        let mark = if is_safe { "" } else { " (unsafe)" };
        if let Some(edit) = edits.for_client(&state.documents, state.support) {
            actions.push(action(format!("{rule}: {}{mark}", fix.message), is_safe, Some(edit)));
        }
    }
    let Some(document) = state.documents.at(path) else { return actions };
    let (text, syntax) = (document.page.text(), &checked.report.archive().syntax);
    let insert = |insertion: Insertion| {
        let span = Span::at(insertion.offset as usize);
        let mut edits = Edits::default();
        edits.replace(path, &document.page, span, insertion.text, state.support.encoding);
        edits.for_client(&state.documents, state.support)
    };
    if let Some(insertion) = suppress::for_block(text, syntax, rule, found.finding.span) {
        let title = format!("{rule}: suppress it here with a comment");
        actions.push(action(title, false, insert(insertion)));
    }
    let title = format!("{rule}: suppress it on this page with a comment");
    actions.push(action(title, false, insert(suppress::for_page(text, syntax, rule))));
    let mut baseline = action(format!("{rule}: add it to the baseline"), false, None);
    let id = FindingId {
        uri: uri.clone(),
        rule: rule.to_owned(),
        start: found.finding.span.start,
        message: found.finding.message.clone(),
    };
    baseline.command = Some(Command {
        title: baseline.title.clone(),
        command: ADD_TO_BASELINE.to_owned(),
        arguments: Some(vec![json!(id)]),
        ..Command::default()
    });
    actions.push(baseline);
    actions
}

/// Returns the action that applies all safe fixes on a page, if there are any.
fn fix_all(state: &State, checked: &Checked, path: &Path) -> Result<Option<CodeAction>, Failure> {
    let fixed = guarded(|| {
        let preview = checked.session.preview_fixes(Applicability::Safe)?;
        // Fixes change no page but the one that is checked.
        Ok::<_, Failure>(preview.fixes().files().first().map(|file| file.after.clone()))
    });
    let fixed = fixed.map_err(|panic| Failure::bug(&panic.to_string()))??;
    let (Some(fixed), Some(document)) = (fixed, state.documents.at(path)) else {
        return Ok(None);
    };
    let Ok(after) = String::from_utf8(fixed) else { return Ok(None) };
    let mut edits = Edits::default();
    for (span, replacement) in differences(document.page.text(), &after) {
        edits.replace(path, &document.page, span, replacement, state.support.encoding);
    }
    if edits.is_empty() {
        return Ok(None);
    }
    Ok(Some(CodeAction {
        title: "Apply all safe fixes of Dateline".to_owned(),
        kind: Some(CodeActionKind::new(FIX_ALL)),
        edit: edits.for_client(&state.documents, state.support),
        ..CodeAction::default()
    }))
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
    state.files_changed(Some(&path));
    Ok(Value::Null)
}
