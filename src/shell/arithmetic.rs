//! `$((…))`: whole numbers of 64 bits, as bash counts.

use brush_parser::ast::{
    ArithmeticExpr, ArithmeticTarget, BinaryOperator, UnaryAssignmentOperator, UnaryOperator,
};

use crate::shell::bounds::ARITHMETIC_BYTES_MAX;

/// The variables that an expression reads and sets.
pub(crate) trait Variables {
    /// The value of a variable; empty if it has none.
    fn get(&mut self, name: &str) -> String;
    /// Gives it a value.
    fn set(&mut self, name: &str, value: i64);
}

/// Refuses what is not covered.
///
/// # Errors
///
/// What is wrong, as a fragment.
pub(crate) fn check(text: &str) -> Result<(), String> {
    let expression =
        read(text).map_err(|()| format!("`{}` is no arithmetic expression", text.trim()))?;
    if has_arrays(&expression) {
        return Err("arrays are not covered".to_owned());
    }
    Ok(())
}

/// The value of an expression, and bash's message if it has none.
pub(crate) fn evaluate(text: &str, variables: &mut dyn Variables) -> Result<i64, String> {
    let shown = text.trim_start();
    let token = shown.trim_end();
    let expression = read(text).map_err(|()| {
        format!("{shown}: syntax error: operand expected (error token is \"{token}\")")
    })?;
    value(&expression, variables, 0).map_err(|error| match error {
        Fault::Division(token) => format!("{shown}: division by 0 (error token is \"{token}\")"),
        Fault::Exponent => format!("{shown}: exponent less than 0 (error token is \"{token}\")"),
        Fault::Recursion(name) => {
            format!("{name}: expression recursion level exceeded (error token is \"{name}\")")
        }
        Fault::Operand(name) => {
            format!("{name}: syntax error: operand expected (error token is \"{name}\")")
        }
    })
}

enum Fault {
    Division(String),
    Exponent,
    Recursion(String),
    Operand(String),
}

fn read(text: &str) -> Result<ArithmeticExpr, ()> {
    if text.len() > 2 * ARITHMETIC_BYTES_MAX {
        return Err(());
    }
    // The parser recurses for each of these.
    let (mut depth, mut unary) = (0_usize, 0_usize);
    for character in text.chars() {
        match character {
            '(' | '?' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '=' | '*' => depth += usize::from(text.len() > 64),
            _ => {}
        }
        match character {
            '!' | '~' | '-' | '+' => unary += 1,
            ' ' | '\t' | '\n' => {}
            _ => unary = 0,
        }
        if depth > 16 || unary > 8 {
            return Err(());
        }
    }
    brush_parser::arithmetic::parse(text).map_err(|_| ())
}

fn has_arrays(expression: &ArithmeticExpr) -> bool {
    let array = |target: &ArithmeticTarget| matches!(target, ArithmeticTarget::ArrayElement(..));
    match expression {
        ArithmeticExpr::Literal(_) => false,
        ArithmeticExpr::Reference(target) | ArithmeticExpr::UnaryAssignment(_, target) => {
            array(target)
        }
        ArithmeticExpr::UnaryOp(_, inner) => has_arrays(inner),
        ArithmeticExpr::BinaryOp(_, left, right) => has_arrays(left) || has_arrays(right),
        ArithmeticExpr::Conditional(condition, yes, no) => {
            has_arrays(condition) || has_arrays(yes) || has_arrays(no)
        }
        ArithmeticExpr::Assignment(target, inner)
        | ArithmeticExpr::BinaryAssignment(_, target, inner) => array(target) || has_arrays(inner),
    }
}

fn value(
    expression: &ArithmeticExpr,
    variables: &mut dyn Variables,
    depth: usize,
) -> Result<i64, Fault> {
    Ok(match expression {
        ArithmeticExpr::Literal(number) => *number,
        ArithmeticExpr::Reference(target) => variable(target, variables, depth)?,
        ArithmeticExpr::UnaryOp(operator, inner) => {
            let inner = value(inner, variables, depth)?;
            match operator {
                UnaryOperator::UnaryPlus => inner,
                UnaryOperator::UnaryMinus => inner.wrapping_neg(),
                UnaryOperator::BitwiseNot => !inner,
                UnaryOperator::LogicalNot => i64::from(inner == 0),
            }
        }
        ArithmeticExpr::BinaryOp(BinaryOperator::LogicalAnd, left, right) => {
            let both = value(left, variables, depth)? != 0 && value(right, variables, depth)? != 0;
            i64::from(both)
        }
        ArithmeticExpr::BinaryOp(BinaryOperator::LogicalOr, left, right) => {
            let one = value(left, variables, depth)? != 0 || value(right, variables, depth)? != 0;
            i64::from(one)
        }
        ArithmeticExpr::BinaryOp(operator, left, right) => {
            let left = value(left, variables, depth)?;
            binary(*operator, left, value(right, variables, depth)?)?
        }
        ArithmeticExpr::Conditional(condition, yes, no) => {
            let chosen = if value(condition, variables, depth)? == 0 {
                no
            } else {
                yes
            };
            value(chosen, variables, depth)?
        }
        ArithmeticExpr::Assignment(target, inner) => {
            let number = value(inner, variables, depth)?;
            variables.set(name(target), number);
            number
        }
        ArithmeticExpr::BinaryAssignment(operator, target, inner) => {
            let right = value(inner, variables, depth)?;
            let number = binary(*operator, variable(target, variables, depth)?, right)?;
            variables.set(name(target), number);
            number
        }
        ArithmeticExpr::UnaryAssignment(operator, target) => {
            let before = variable(target, variables, depth)?;
            let (after, result) = match operator {
                UnaryAssignmentOperator::PrefixIncrement => {
                    (before.wrapping_add(1), before.wrapping_add(1))
                }
                UnaryAssignmentOperator::PrefixDecrement => {
                    (before.wrapping_sub(1), before.wrapping_sub(1))
                }
                UnaryAssignmentOperator::PostfixIncrement => (before.wrapping_add(1), before),
                UnaryAssignmentOperator::PostfixDecrement => (before.wrapping_sub(1), before),
            };
            variables.set(name(target), after);
            result
        }
    })
}

fn name(target: &ArithmeticTarget) -> &str {
    match target {
        ArithmeticTarget::Variable(name) | ArithmeticTarget::ArrayElement(name, _) => name,
    }
}

/// A variable's value is itself an expression.
fn variable(
    target: &ArithmeticTarget,
    variables: &mut dyn Variables,
    depth: usize,
) -> Result<i64, Fault> {
    let name = name(target);
    let text = variables.get(name);
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(0);
    }
    if depth > 8 {
        return Err(Fault::Recursion(trimmed.to_owned()));
    }
    let expression = read(trimmed).map_err(|()| Fault::Operand(trimmed.to_owned()))?;
    value(&expression, variables, depth + 1)
}

fn binary(operator: BinaryOperator, left: i64, right: i64) -> Result<i64, Fault> {
    let shift = u32::try_from(right & 63).unwrap_or(0);
    Ok(match operator {
        BinaryOperator::Comma => right,
        BinaryOperator::Add => left.wrapping_add(right),
        BinaryOperator::Subtract => left.wrapping_sub(right),
        BinaryOperator::Multiply => left.wrapping_mul(right),
        BinaryOperator::Divide | BinaryOperator::Modulo if right == 0 => {
            return Err(Fault::Division(right.to_string()));
        }
        BinaryOperator::Divide => left.wrapping_div(right),
        BinaryOperator::Modulo => left.wrapping_rem(right),
        BinaryOperator::Power => {
            let exponent = u32::try_from(right).map_err(|_| Fault::Exponent)?;
            left.wrapping_pow(exponent)
        }
        BinaryOperator::ShiftLeft => left.wrapping_shl(shift),
        BinaryOperator::ShiftRight => left.wrapping_shr(shift),
        BinaryOperator::LessThan => i64::from(left < right),
        BinaryOperator::LessThanOrEqualTo => i64::from(left <= right),
        BinaryOperator::GreaterThan => i64::from(left > right),
        BinaryOperator::GreaterThanOrEqualTo => i64::from(left >= right),
        BinaryOperator::Equals => i64::from(left == right),
        BinaryOperator::NotEquals => i64::from(left != right),
        BinaryOperator::BitwiseAnd => left & right,
        BinaryOperator::BitwiseXor => left ^ right,
        BinaryOperator::BitwiseOr => left | right,
        BinaryOperator::LogicalAnd => i64::from(left != 0 && right != 0),
        BinaryOperator::LogicalOr => i64::from(left != 0 || right != 0),
    })
}
