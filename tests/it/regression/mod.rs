//! Defects that were fixed: each test names one.

mod fixes;
